from . import test_approval, test_checks, test_confirm, test_shipping
