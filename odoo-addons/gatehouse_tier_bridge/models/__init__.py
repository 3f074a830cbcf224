from . import gatehouse_policy_tier, tier_definition
