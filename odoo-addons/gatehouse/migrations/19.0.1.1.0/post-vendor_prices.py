"""Shipped rules are not updated, so that what a company changed stays; one that nobody touched takes over what is shipped now."""


def migrate(cr, version):
    """Prices creep over orders, however few a week: the vendors' rule counts a week from one document on instead of three."""
    cr.execute(
        """UPDATE gatehouse_pattern_rule rule SET documents = 1 FROM ir_model_data shipped
            WHERE shipped.module = 'gatehouse' AND shipped.name = 'pattern_rule_prices_vendor'
              AND shipped.model = 'gatehouse.pattern.rule' AND shipped.res_id = rule.id
              AND rule.documents = 3 AND rule.write_uid = 1"""
    )
