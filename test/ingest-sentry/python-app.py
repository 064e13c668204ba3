# An application as its authors write it: argument 1 is the DSN, 2 the rate of traces or "none".
import logging
import sys

import sentry_sdk
from sentry_sdk.attachments import Attachment
from sentry_sdk.crons import MonitorStatus, capture_checkin

dsn, rate = sys.argv[1:3]
sentry_sdk.init(
    dsn=dsn,
    release="shop@1.2.3",
    environment="staging",
    send_default_pii=True,
    enable_logs=True,
    traces_sample_rate=None if rate == "none" else float(rate),
    before_send=lambda event, hint: None if event.get("message") == "drop me" else event,
)

with sentry_sdk.start_transaction(op="http.server", name="GET /cart", source="route") as transaction:
    transaction.set_data("api_key", "hushed-attr-Jh7Gf3kL0pQz81Xm")
    with sentry_sdk.start_span(op="db", name="SELECT * FROM carts") as span:
        span.set_data("db.system", "postgresql")
    try:
        password = "hushed-local-Vt5Rw2Nc8Lk0Zq4P"
        raise ValueError("no cart of length %d" % len(password))
    except ValueError as error:
        sentry_sdk.set_tag("area", "cart")
        sentry_sdk.capture_exception(error)

sentry_sdk.capture_message("checkout is slow", level="warning")
sentry_sdk.capture_message("drop me")
scope = sentry_sdk.get_isolation_scope()
scope.add_attachment(bytes=b"two apples", filename="cart.txt")
logging.getLogger("shop").error("cart %s failed", 7)
sentry_sdk.logger.warning("payment of order {order} failed", order=8)
sentry_sdk.metrics.count("orders", 1, attributes={"shop": "north"})
sentry_sdk.metrics.distribution("order.size", 17.5, unit="kilobyte")
sentry_sdk.metrics.gauge("queue.depth", 3)
config = {"schedule": {"type": "interval", "value": 1, "unit": "hour"}}
check_in = capture_checkin(monitor_slug="nightly", status=MonitorStatus.IN_PROGRESS, monitor_config=config)
capture_checkin(monitor_slug="nightly", check_in_id=check_in, status=MonitorStatus.OK, duration=1.5)
sentry_sdk.flush(timeout=10)
