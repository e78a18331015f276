package io.dataprism.core.wasm.module;

import io.dataprism.core.wasm.module.ModuleDeclarations.FunctionImport;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Goes once through a module's sections. Function bodies are not looked into beyond their locals: whether they are valid is for
 * the engine, which looks at a bounded number of bytes then.
 */
final class ModuleScan {

    private static final int HEAD_BYTES = 8;
    private static final byte[] HEAD = {0, 'a', 's', 'm', 1, 0, 0, 0};

    private static final int CUSTOM = 0;
    private static final int TAGS = 13;
    private static final int FUNCTION_TYPE = 0x60;
    private static final int FUNCTION = 0;
    private static final int MEMORY = 2;
    private static final long UNBOUNDED_PAGES = 1 << 16;

    private static final Map<Integer, String> VALUE_TYPES =
            Map.of(0x7f, "i32", 0x7e, "i64", 0x7d, "f32", 0x7c, "f64", 0x70, "funcref");
    private static final List<String> IMPORT_KINDS = List.of("function", "table", "memory", "global", "tag");

    private final byte[] file;
    private final ByteArrayOutputStream engineBytes = new ByteArrayOutputStream();
    private final List<String> types = new ArrayList<>();
    private final List<FunctionImport> imports = new ArrayList<>();
    private final List<Integer> functionTypes = new ArrayList<>();
    private final Map<String, Integer> exported = new LinkedHashMap<>();
    private boolean exportsMemory;
    private int memories;
    private long initialPages;
    private long mostPages;
    private long locals;

    ModuleScan(byte[] file) {
        this.file = file;
    }

    ModuleDeclarations scan() {
        if (file.length > ModuleLimits.FILE_BYTES) {
            throw ModuleBytes.beyond("bytes", file.length, ModuleLimits.FILE_BYTES);
        }
        if (file.length < HEAD_BYTES || !java.util.Arrays.equals(file, 0, HEAD_BYTES, HEAD, 0, HEAD_BYTES)) {
            throw ModuleBytes.broken("it does not begin as a module of version 1 does; components are no modules");
        }
        engineBytes.write(file, 0, HEAD_BYTES);
        ModuleBytes in = new ModuleBytes(file, HEAD_BYTES, file.length);
        long seen = 0;
        while (!in.atEnd()) {
            int begin = in.position();
            int id = in.octet();
            ModuleBytes section = in.part(in.number());
            if (id != CUSTOM) {
                if (id > TAGS || (seen & 1L << id) != 0) {
                    throw ModuleBytes.broken("its section " + id + " is unknown or there twice");
                }
                seen |= 1L << id;
                engineBytes.write(file, begin, in.position() - begin);
                section(id, section);
            }
        }
        if (memories != 1) {
            throw ModuleBytes.refused(
                    "it has " + memories + " memories; it must have one of its own", "See WASM.md, 'Memory'.", null);
        }
        Map<String, String> functions = new LinkedHashMap<>();
        exported.forEach((name, index) -> functions.put(name, signatureOf(index)));
        return new ModuleDeclarations(
                engineBytes.toByteArray(), imports, functions, exportsMemory, initialPages, mostPages);
    }

    private void section(int id, ModuleBytes in) {
        switch (id) {
            case 1 -> types(in);
            case 2 -> imports(in);
            case 3 -> functions(in);
            case 4 -> tables(in);
            case 5 -> memories(in);
            case 6 -> in.count("globals", ModuleLimits.GLOBALS);
            case 7 -> exports(in);
            case 9 -> {
                if (in.left() > ModuleLimits.ELEMENT_BYTES) {
                    throw ModuleBytes.beyond("bytes of table elements", in.left(), ModuleLimits.ELEMENT_BYTES);
                }
            }
            case 10 -> code(in);
            case TAGS -> throw unsupported("exceptions (a tag section)");
            default -> {
                // start, data and their count cost what they are long
            }
        }
    }

    private void types(ModuleBytes in) {
        int count = in.count("types", ModuleLimits.TYPES);
        for (int i = 0; i < count; i++) {
            int form = in.octet();
            if (form != FUNCTION_TYPE) {
                throw unsupported(
                        "objects on the engine's heap (a type of the form 0x" + Integer.toHexString(form) + ")");
            }
            String parameters = values(in, "parameters of a function", ModuleLimits.PARAMETERS);
            types.add("(" + parameters + ") -> " + results(values(in, "results of a function", ModuleLimits.RESULTS)));
        }
        in.requireEnd("type");
    }

    private static String results(String values) {
        return values.isEmpty() || values.contains(",") ? "(" + values + ")" : values;
    }

    private static String values(ModuleBytes in, String what, int most) {
        int count = in.count(what, most);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(value(in));
        }
        return String.join(", ", names);
    }

    private static String value(ModuleBytes in) {
        int code = in.octet();
        String name = VALUE_TYPES.get(code);
        if (name == null) {
            throw unsupported(
                    "values of the type 0x" + Integer.toHexString(code) + " (vectors, objects or exceptions)");
        }
        return name;
    }

    private void imports(ModuleBytes in) {
        int count = in.count("imports", ModuleLimits.IMPORTS);
        for (int i = 0; i < count; i++) {
            String module = in.name();
            String name = in.name();
            int kind = in.octet();
            if (kind != FUNCTION) {
                String what = kind < IMPORT_KINDS.size() ? IMPORT_KINDS.get(kind) : "thing";
                throw ModuleBytes.refused(
                        "it imports the " + what + " '" + module + "." + name + "'; only functions can be imported",
                        "Define it in the module itself.",
                        null);
            }
            imports.add(new FunctionImport(module, name, typeAt(in.number())));
        }
        in.requireEnd("import");
    }

    private void functions(ModuleBytes in) {
        int count = in.count("functions", ModuleLimits.FUNCTIONS);
        for (int i = 0; i < count; i++) {
            long type = in.number();
            typeAt(type);
            functionTypes.add((int) type);
        }
        in.requireEnd("function");
    }

    private void tables(ModuleBytes in) {
        int count = in.count("tables", ModuleLimits.TABLES);
        long elements = 0;
        for (int i = 0; i < count; i++) {
            value(in);
            boolean bounded = in.octet() == 1;
            elements += in.number();
            if (bounded) {
                in.number();
            }
        }
        if (elements > ModuleLimits.TABLE_ELEMENTS) {
            throw ModuleBytes.beyond("elements in its tables", elements, ModuleLimits.TABLE_ELEMENTS);
        }
        in.requireEnd("table");
    }

    private void memories(ModuleBytes in) {
        memories = in.count("memories", 1);
        if (memories == 1) {
            int limits = in.octet();
            if (limits > 1) {
                throw unsupported("a memory that is shared or of 64 bits");
            }
            initialPages = in.number();
            mostPages = limits == 1 ? in.number() : UNBOUNDED_PAGES;
        }
        in.requireEnd("memory");
    }

    private void exports(ModuleBytes in) {
        int count = in.count("exports", ModuleLimits.EXPORTS);
        for (int i = 0; i < count; i++) {
            String name = in.name();
            int kind = in.octet();
            long index = in.number();
            if (kind == FUNCTION) {
                exported.put(name, (int) index);
            } else if (kind == MEMORY && name.equals("memory")) {
                exportsMemory = true;
            }
        }
        in.requireEnd("export");
    }

    private void code(ModuleBytes in) {
        if (in.left() > ModuleLimits.CODE_BYTES) {
            throw ModuleBytes.beyond("bytes of code", in.left(), ModuleLimits.CODE_BYTES);
        }
        int count = in.count("functions", ModuleLimits.FUNCTIONS);
        for (int i = 0; i < count; i++) {
            ModuleBytes body = in.part(in.number());
            long own = 0;
            for (int group = body.count("groups of locals", ModuleLimits.LOCALS); group > 0; group--) {
                own += body.number();
                value(body);
                if (own > ModuleLimits.LOCALS) {
                    throw ModuleBytes.beyond("locals in a function", own, ModuleLimits.LOCALS);
                }
            }
            locals += own;
            if (locals > ModuleLimits.LOCALS_OF_ALL) {
                throw ModuleBytes.beyond("locals in all functions", locals, ModuleLimits.LOCALS_OF_ALL);
            }
        }
        in.requireEnd("code");
    }

    private String typeAt(long index) {
        if (index >= types.size()) {
            throw ModuleBytes.broken("it names type " + index + " of " + types.size());
        }
        return types.get((int) index);
    }

    private String signatureOf(int function) {
        int own = function - imports.size();
        if (function < 0 || own >= functionTypes.size()) {
            throw ModuleBytes.broken("it exports function " + function + ", which it does not have");
        }
        return own < 0 ? imports.get(function).signature() : types.get(functionTypes.get(own));
    }

    private static RuntimeException unsupported(String what) {
        return ModuleBytes.refused(
                "it uses " + what + ", which this node does not run",
                "Build it for WebAssembly as of 2019 with bulk memory (`wasm32-unknown-unknown`): no threads, vectors, objects "
                        + "or exceptions.",
                null);
    }
}
