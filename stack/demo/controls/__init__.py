"""One ordinary case of every control: what is asked for, who waits, who decides. Demo and screen tests run the same ones."""
