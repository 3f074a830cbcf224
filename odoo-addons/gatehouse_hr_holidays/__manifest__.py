{
    "name": "Gatehouse: Time off",
    "summary": "An approver's leave hands his decisions to the person he named, or to the next role at once",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "author": "Gatehouse",
    "category": "Human Resources/Time Off",
    "depends": ["gatehouse", "hr_holidays"],
    "data": ["data/ir_cron.xml", "views/hr_leave_views.xml"],
    "auto_install": True,
    "installable": True,
}
