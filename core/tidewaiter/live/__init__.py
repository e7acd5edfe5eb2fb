"""What a deployed function does, whatever the cloud: take deliveries, tell incidents, keep the
rest.

The functions of a cloud unwrap a trigger, call a :class:`~tidewaiter.live.worker.Worker`, and
answer the platform with what must come again.  What touches that cloud's services is handed in
(:mod:`tidewaiter.live.interface`).
"""
