namespace RnnActors.Cli.Builtin;

/// <summary>What <c>train</c> trains when it is given nothing.</summary>
internal static class BuiltinSeries
{
    public const string Name = "mackey-glass";

    /// <summary>JSON with comments.</summary>
    public static string Specification
    {
        get
        {
            using var stream = typeof(BuiltinSeries).Assembly.GetManifestResourceStream($"{Name}.jsonc")!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }
}
