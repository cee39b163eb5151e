package hbprobe.cli;

import hbprobe.runtime.Host;
import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Hands the host to the commands that want one. */
final class Factory implements IFactory {
    private final Host host;

    Factory(Host host) {
        this.host = host;
    }

    @Override
    public <K> K create(Class<K> type) throws Exception {
        Optional<Constructor<?>> wantsHost = Arrays.stream(type.getDeclaredConstructors())
                .filter(constructor -> Arrays.equals(constructor.getParameterTypes(), new Class<?>[] {Host.class}))
                .findFirst();
        return wantsHost.isPresent()
                ? type.cast(wantsHost.get().newInstance(host))
                : CommandLine.defaultFactory().create(type);
    }
}
