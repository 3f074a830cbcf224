from . import test_checks, test_confirm, test_shipping
