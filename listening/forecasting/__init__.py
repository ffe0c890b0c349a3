"""Forecasts of counts (การพยากรณ์ปริมาณ): arithmetic over numpy, no Django, no clock.

`series` reads days and counts into a regular series, `smoothing` tells what each method would have
said at every past moment, `judging` chooses among them and measures intervals by their past errors,
`forecast` joins the three.
"""
