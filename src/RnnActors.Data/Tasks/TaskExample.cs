namespace RnnActors.Data.Tasks;

/// <summary>A run that needs no file, since its data are generated.</summary>
/// <param name="Name">The name of the run.</param>
/// <param name="Specification">JSON with comments.</param>
public sealed record TaskExample(string Name, string Specification);
