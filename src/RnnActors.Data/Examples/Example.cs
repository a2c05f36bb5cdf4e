using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Examples;

/// <summary>One row of data that is independent of the others: a sentence with its label, a pair of sentences, a recording.</summary>
/// <param name="Names">The names of its fields; the same list for all rows of a file.</param>
/// <param name="Values">The text of each field.</param>
/// <param name="Where">Its place in the file.</param>
public record Example(IReadOnlyList<string> Names, IReadOnlyList<string> Values, SourceLocation Where)
{
    /// <summary>The line in its file, from 1: a field of every example.</summary>
    public const string LineField = "line";

    /// <summary>Whether it has a field of this name.</summary>
    public bool Has(string name) => IndexOf(name) >= 0;

    /// <exception cref="InvalidInputException">It has no such field.</exception>
    public string this[string name]
    {
        get
        {
            int index = IndexOf(name);
            if (index >= 0) return Values[index];
            if (name == LineField) return Where.Line.ToString(CultureInfo.InvariantCulture);
            throw new InvalidInputException(
                $"there is no field {name}",
                Suggestion.Nearest(name, Names) is { } nearest ? $"Did you mean {nearest}" : $"The fields are {string.Join(", ", Names)}", Where);
        }
    }

    private int IndexOf(string name)
    {
        for (int i = 0; i < Names.Count; i++)
            if (Names[i] == name) return i;
        return -1;
    }
}
