from . import price_memo
