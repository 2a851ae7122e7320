"""FunctionCalls-v0: requests turn by turn, to an agent that has functions with state behind them."""
