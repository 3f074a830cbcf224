from . import (
    test_bypass,
    test_change_request,
    test_data_owner,
    test_master_data,
    test_onboarding,
    test_price_list,
    test_vendor_prices,
)
