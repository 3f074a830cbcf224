"""What price lists say of the items of orders that are judged together, asked once."""


class PriceMemo:
    """An object and not a dict, so that no caller from outside can send one in a context.

    :param products: every item that a price will be asked of
    :param prices: {what a price hangs on: the price}, of prices that are the same at any date; batches of one run share it
    """

    def __init__(self, products, prices):
        self.products, self.prices = products, prices
        self.rules = {}  # list id: (its rules for the items at any date, whether one of them is dated)
        self.lists = {}  # ids of lists: (their currencies and those of the lists they build on, whether a rule is dated)
        self.places = {}  # order id: what prices of all its lines hang on


def of(env):
    """The memo of an environment, or None."""
    memo = env.context.get("gatehouse_price_memo")
    return memo if isinstance(memo, PriceMemo) else None
