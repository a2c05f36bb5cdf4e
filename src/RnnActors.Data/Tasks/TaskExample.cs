namespace RnnActors.Data.Tasks;

/// <summary>A run that needs no file, since its data are generated.</summary>
/// <param name="Name">What the run is called.</param>
/// <param name="Specification">JSON with comments.</param>
public sealed record TaskExample(string Name, string Specification);
