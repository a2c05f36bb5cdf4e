using RnnActors.Core.Problems;

namespace RnnActors.Core.Specifications;

/// <summary>The error for an unknown name, which suggests the nearest known one and lists the others.</summary>
public static class UnknownName
{
    /// <param name="what">What the name should be: <c>key</c>, <c>value</c>.</param>
    /// <param name="path">The path of the object that holds it: <c>training</c>; empty for the whole specification.</param>
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
