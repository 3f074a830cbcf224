from . import test_booking, test_delivery_messages, test_shortage
