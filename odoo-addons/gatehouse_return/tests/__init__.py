from . import test_ingest_email
from . import test_reply
from . import test_summary
