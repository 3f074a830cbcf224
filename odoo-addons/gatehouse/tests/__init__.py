from . import (
    test_access,
    test_bad_input,
    test_change,
    test_delivery,
    test_effect,
    test_exception,
    test_health,
    test_kpi,
    test_metrics,
    test_pattern,
    test_policy,
    test_report,
    test_retraining,
    test_seal,
    test_signing,
    test_watch,
)
from . import test_alert, test_alertmanager
