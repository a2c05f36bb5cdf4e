using RnnActors.Core.Problems;

namespace RnnActors.Core.Specifications;

/// <summary>The refusal of a name that is not known, with the nearest known one and all the others.</summary>
public static class UnknownName
{
    /// <param name="what">What the name should be: <c>key</c>, <c>value</c>.</param>
    /// <param name="path">Where it stands: <c>training</c>; empty for the whole specification.</param>
    public static InvalidInputException Refuse(string what, string name, string path, IReadOnlyCollection<string> known, SourceLocation where)
    {
        string place = path.Length == 0 ? "in a specification" : $"in {path}";
        string? nearest = Suggestion.Nearest(name, known);
        string all = string.Join(", ", known);
        return new InvalidInputException(
            $"unknown {what} \"{name}\" {place}",
            nearest is null ? $"Known here: {all}" : $"Did you mean \"{nearest}\"? Known here: {all}",
            where);
    }
}
