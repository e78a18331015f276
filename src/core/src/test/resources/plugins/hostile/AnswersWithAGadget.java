package plugins.hostile;

import java.io.*;

/** Answers with an object that does something when it is read. */
public class AnswersWithAGadget extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        return new Gadget();
    }

    /** Ends whoever deserialises it. */
    public static class Gadget implements Serializable {

        private void readObject(ObjectInputStream in) {
            Runtime.getRuntime().halt(99);
        }
    }
}
