from . import test_change_request, test_master_data, test_onboarding
