package io.agentruntime.catalog;

import io.agentruntime.settings.SettingNames;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Looks up names that carry an underscore, such as a compose service's. Java takes such a name for
 * no host at all, so settings are read with the underscore spelled out, and here it is put back.
 */
final class UnderscoreNames implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        return SystemDefaultDnsResolver.INSTANCE.resolve(SettingNames.networkHost(host));
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return SystemDefaultDnsResolver.INSTANCE.resolveCanonicalHostname(
                SettingNames.networkHost(host));
    }
}
