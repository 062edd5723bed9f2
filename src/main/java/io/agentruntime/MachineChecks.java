package io.agentruntime;

import io.agentruntime.settings.InvalidSetting;
import io.agentruntime.settings.SettingFaults;
import io.agentruntime.settings.Settings.PropertySource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a start needs of the machine: found out later, it would be a stack trace. */
final class MachineChecks {
    /** One of five digits is for everybody. */
    private static final Pattern LOW_PORT = Pattern.compile("[1-9]\\d{0,3}");

    private MachineChecks() {}

    /** Listens for a moment; anywhere where no address is given. */
    @FunctionalInterface
    interface Listening {
        void at(@Nullable InetAddress address, int port) throws IOException;
    }

    static void check(PropertySource properties, SettingFaults faults) {
        check(properties, faults, (at, port) -> new ServerSocket(port, 1, at).close());
    }

    static void check(PropertySource properties, SettingFaults faults, Listening listening) {
        faults.gather(() -> canListenAt("SERVER_ADDRESS", properties.get("server.address")));
        faults.gather(
                () ->
                        canListenAt(
                                "MANAGEMENT_SERVER_ADDRESS",
                                properties.get("management.server.address")));
        faults.gather(
                () ->
                        mayListenAt(
                                "agent-runtime.port",
                                properties.get("server.port"),
                                properties.get("server.address"),
                                listening));
        faults.gather(
                () ->
                        mayListenAt(
                                "agent-runtime.management-port",
                                properties.get("management.server.port"),
                                properties.get("management.server.address"),
                                listening));
        faults.gather(() -> isPort("SERVER_PORT", properties.get("server.port")));
        faults.gather(
                () -> isPort("MANAGEMENT_SERVER_PORT", properties.get("management.server.port")));
        faults.gather(() -> canBeWritten(Path.of(System.getProperty("java.io.tmpdir"))));
    }

    private static void canListenAt(String variable, @Nullable String address) {
        if (address == null || address.isBlank()) {
            return;
        }
        String named = variable + " names \"" + address + "\", which ";
        try {
            new ServerSocket(0, 1, InetAddress.getByName(address)).close();
        } catch (UnknownHostException e) {
            throw InvalidSetting.elsewhere(named + "is not known here: name one of this machine");
        } catch (IOException e) {
            throw InvalidSetting.elsewhere(
                    named + "is none of this machine's addresses: name one that is, or none");
        }
    }

    /**
     * A port in use is named by {@link StartUpReport}, as it may be free until it is listened at.
     */
    private static void mayListenAt(
            String property, @Nullable String port, @Nullable String address, Listening listening) {
        if (port == null || !LOW_PORT.matcher(port.strip()).matches()) {
            return;
        }
        int number = Integer.parseInt(port.strip());
        boolean anywhere = address == null || address.isBlank();
        try {
            listening.at(anywhere ? null : InetAddress.getByName(address), number);
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("denied")) {
                throw new InvalidSetting(
                        property,
                        "names port "
                                + number
                                + ", which this user may not listen at: choose one from 1024, or give the process the right to (CAP_NET_BIND_SERVICE)");
            }
        }
    }

    /** Spring's own settings win over the service's; Kubernetes sets them for Services so named. */
    private static void isPort(String variable, @Nullable String port) {
        if (port != null && port.strip().startsWith("tcp://")) {
            throw InvalidSetting.elsewhere(
                    variable
                            + " holds the address of a Kubernetes Service and not a port: set enableServiceLinks: false in the pod's spec");
        }
    }

    private static void canBeWritten(Path temporary) {
        if (!Files.isWritable(temporary)) {
            throw InvalidSetting.elsewhere(
                    "java.io.tmpdir names "
                            + temporary
                            + ", which cannot be written: mount something writable there, such as an emptyDir, or name another folder with JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=...");
        }
    }
}
