{
    "name": "Gatehouse: Tier validation bridge",
    "summary": "Refuses to gate the same documents by a policy and by a tier definition",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "author": "Gatehouse",
    "category": "Productivity",
    "depends": ["gatehouse", "base_tier_validation"],
    "auto_install": True,
    "installable": True,
}
