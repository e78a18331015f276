package plugins.hostile;

import java.lang.classfile.ClassFile;
import java.lang.constant.*;
import java.lang.invoke.*;
import java.util.*;

/** Loads classes of a thousand methods without end. */
public class FillsTheMetaspace extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        byte[] code = ClassFile.of().build(ClassDesc.of("plugins.hostile.Large"), built -> {
            for (int method = 0; method < 1000; method++) {
                built.withMethodBody(
                        "m" + method, ConstantDescs.MTD_void, ClassFile.ACC_STATIC, body -> body.return_());
            }
        });
        List<Object> kept = new ArrayList<>();
        while (true) {
            kept.add(MethodHandles.lookup().defineHiddenClass(code, false));
        }
    }
}
