using RnnActors.Core.Problems;

namespace RnnActors.Cli.Benchmarks;

/// <summary>Selects benchmarks by a part of their names.</summary>
internal static class BenchFilter
{
    /// <param name="filter">A part of names, ignoring case; null for all.</param>
    /// <param name="what">What they are, in the plural.</param>
    /// <exception cref="InvalidInputException">No name contains it.</exception>
    public static IReadOnlyList<T> Choose<T>(IReadOnlyList<T> all, Func<T, string> name, string? filter, string what)
    {
        if (string.IsNullOrEmpty(filter)) return all;
        T[] chosen = [.. all.Where(one => name(one).Contains(filter, StringComparison.OrdinalIgnoreCase))];
        return chosen.Length > 0 ? chosen : throw new InvalidInputException(
            $"no name has '{filter}' in it", $"The {what} are {string.Join(", ", all.Select(one => $"'{name(one)}'"))}");
    }
}
