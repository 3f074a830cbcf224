from . import helpdesk_ticket
from . import helpdesk_ticket_review
from . import gatehouse_reply_rule
from . import gatehouse_reply
from . import helpdesk_ticket_reply
from . import helpdesk_ticket_dispute
from . import gatehouse_kpi
from . import helpdesk_ticket_summary
