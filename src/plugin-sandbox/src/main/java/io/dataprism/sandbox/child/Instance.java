package io.dataprism.sandbox.child;

import io.dataprism.plugin.DataProcessorPlugin;
import io.dataprism.plugin.IntegrationPlugin;
import io.dataprism.plugin.Plugin;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.UtilityPlugin;
import io.dataprism.plugin.VisualizationPlugin;
import java.lang.reflect.InvocationTargetException;

/** Makes the plugin's instance. */
final class Instance {

    private static final String PACKAGE_INVALID = "PACKAGE_INVALID";

    private Instance() {}

    /** @throws PluginException {@code PACKAGE_INVALID} or {@code PLUGIN_FAILED} */
    static Plugin make(String entryPoint, String category) {
        Class<? extends Plugin> needed = switch (category) {
            case "data-processing" -> DataProcessorPlugin.class;
            case "visualization" -> VisualizationPlugin.class;
            case "integration" -> IntegrationPlugin.class;
            case "utility" -> UtilityPlugin.class;
            default -> Plugin.class;
        };
        try {
            Class<?> found = Class.forName(entryPoint, true, ClassLoader.getSystemClassLoader());
            if (!needed.isAssignableFrom(found)) {
                throw new PluginException(
                        PACKAGE_INVALID,
                        "The entry point " + entryPoint + " is no " + needed.getName() + ", which the category '"
                                + category + "' needs.");
            }
            return needed.cast(found.getConstructor().newInstance());
        } catch (ClassNotFoundException missing) {
            throw new PluginException(PACKAGE_INVALID, "The package has no class " + entryPoint + ".", missing);
        } catch (NoSuchMethodException | InstantiationException | IllegalAccessException unfit) {
            throw new PluginException(
                    PACKAGE_INVALID,
                    "The entry point " + entryPoint + " must be a public class with a public constructor without"
                            + " parameters.",
                    unfit);
        } catch (InvocationTargetException thrown) {
            throw failed(entryPoint, thrown.getCause() == null ? thrown : thrown.getCause());
        } catch (ExceptionInInitializerError thrown) {
            throw failed(entryPoint, thrown.getCause() == null ? thrown : thrown.getCause());
        } catch (LinkageError broken) {
            throw new PluginException(
                    PACKAGE_INVALID, "The entry point " + entryPoint + " cannot be loaded: " + broken, broken);
        }
    }

    private static PluginException failed(String entryPoint, Throwable cause) {
        return new PluginException(
                Failures.PLUGIN_FAILED,
                "The constructor of " + entryPoint + " failed: " + Failures.messageOf(cause),
                cause);
    }
}
