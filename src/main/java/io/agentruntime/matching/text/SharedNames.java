package io.agentruntime.matching.text;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What names of one catalog have in common, and only so can be told from their subject: "FIN-012
 * Invoices" and "FIN - Dunning" are of one team, while "COVID-19 FAQ" is of none; "Leave Request
 * DE" and "Leave Request FR" are for countries, while "Password Reset IT" is not.
 *
 * @param teams what stands before two names or more, in capitals
 * @param toldApart names without a team that there are with two teams or more, folded
 * @param families names without codes of countries that there are with two codes or more, folded
 */
public record SharedNames(Set<String> teams, Set<String> toldApart, Set<String> families) {
    /** Of a flow by itself. */
    public static final SharedNames NONE = new SharedNames(Set.of(), Set.of(), Set.of());

    /**
     * @param entries all flows of the catalog
     */
    public static SharedNames of(List<Entry> entries) {
        Map<String, Integer> teams = new HashMap<>();
        for (Entry entry : entries) {
            if (PurposeName.hasCapitals(entry.name())) {
                PurposeName.teams(entry.name()).forEach(team -> teams.merge(team, 1, Integer::sum));
            }
        }
        SharedNames ofTeams = new SharedNames(several(teams), toldApart(entries), Set.of());
        Map<String, Set<String>> codes = new HashMap<>();
        for (Entry entry : entries) {
            if (PurposeName.hasCapitals(entry.name())) {
                PurposeName.codes(entry.name(), ofTeams)
                        .forEach(
                                (family, of) ->
                                        codes.computeIfAbsent(family, none -> new HashSet<>())
                                                .addAll(of));
            }
        }
        return new SharedNames(
                ofTeams.teams(),
                ofTeams.toldApart(),
                codes.entrySet().stream()
                        .filter(family -> PurposeName.areCountries(family.getValue()))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toUnmodifiableSet()));
    }

    private static Set<String> toldApart(List<Entry> entries) {
        Map<String, Set<Set<String>>> teamsOf = new HashMap<>();
        for (Entry entry : entries) {
            if (PurposeName.hasCapitals(entry.name())) {
                teamsOf.computeIfAbsent(
                                PurposeName.withoutTeams(entry.name()), none -> new HashSet<>())
                        .add(PurposeName.teams(entry.name()));
            }
        }
        return teamsOf.entrySet().stream()
                .filter(rest -> rest.getValue().size() > 1)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Set<String> several(Map<String, Integer> teams) {
        return teams.entrySet().stream()
                .filter(team -> team.getValue() > 1)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }
}
