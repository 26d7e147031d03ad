import type { Alarms, Cancel, Clock } from '../ports/clock.ts';

/**
 * setTimeout is good to a millisecond or two, which is enough for everything but VRRP. But it counts from the event
 * loop's own idea of now, which is late, and so it may ring before the clock says that it is time: then it waits again.
 */
export const timeoutAlarms = (clock: Clock): Alarms => ({
  at(deadline, ring): Cancel {
    const wait = (): NodeJS.Timeout => setTimeout(due, Math.max(0, Math.ceil(deadline - clock.now())));
    const due = (): void => {
      if (clock.now() < deadline) timer = wait();
      else ring();
    };
    let timer = wait();
    return () => clearTimeout(timer);
  },
});
