package plugins.hostile;

import java.util.concurrent.*;

/** Lets two threads wait for each other, and one is the call's. */
public class DeadlocksItself extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Object one = new Object();
        Object other = new Object();
        CountDownLatch both = new CountDownLatch(2);
        Thread second = new Thread(() -> both(other, one, both));
        second.setDaemon(true);
        second.start();
        both(one, other, both);
        return null;
    }

    private static void both(Object first, Object second, CountDownLatch both) {
        synchronized (first) {
            both.countDown();
            try {
                both.await();
            } catch (InterruptedException ignored) {
                // go on
            }
            synchronized (second) {
                first.notifyAll();
            }
        }
    }
}
