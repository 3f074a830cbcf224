from . import test_adjustment, test_booking, test_comparison, test_delivery_messages, test_priority, test_shipment_hold, test_shortage, test_unusual_movement
