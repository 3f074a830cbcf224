"""Features, flat forests and text models: numpy only, shared by training and serving."""
