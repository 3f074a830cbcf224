from . import test_credit
