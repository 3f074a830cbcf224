from . import test_compare, test_confirm, test_intake, test_template
