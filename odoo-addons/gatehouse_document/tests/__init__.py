from . import test_bypass, test_compare, test_confirm, test_intake, test_template
