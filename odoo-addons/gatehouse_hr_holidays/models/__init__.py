from . import gatehouse_approval_step, hr_leave
