"""CustomerDesk-v0: a shop's and an airline's desk, with a database, a written policy and a customer."""
