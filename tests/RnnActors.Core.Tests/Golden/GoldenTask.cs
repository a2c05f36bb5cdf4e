using System.Globalization;
using RnnActors.Core.Checkpoints;
using Xunit;

namespace RnnActors.Core.Tests.Golden;

/// <summary>
/// One reference case of a task (unequal lengths, losses, layers, encoder–decoders), computed by PyTorch. Cases are the <c>*.safetensors</c> files of the
/// folder that the environment variable <c>RNNACTORS_GOLDEN_TASKS</c> names; where it is not set, tests that read one are skipped.
/// </summary>
/// <remarks>
/// A test asks for its cases by the beginning of their names:
/// <code>
/// [SkippableTheory]
/// [MemberData(nameof(GoldenTask.Cases), "loss_ctc", MemberType = typeof(GoldenTask))]
/// public void Ctc_is_PyTorchs(string name)
/// {
///     GoldenTask task = GoldenTask.Read(name);
///     task.Compare("logits", …);
/// }
/// </code>
/// </remarks>
public sealed class GoldenTask
{
    public const string FolderVariable = "RNNACTORS_GOLDEN_TASKS";

    private readonly SafetensorsFile _file;

    private GoldenTask(string name, SafetensorsFile file) => (Name, _file) = (name, file);

    /// <summary>The file's name without its ending: <c>ragged_lstm_mse_valid</c>.</summary>
    public string Name { get; }

    /// <summary><c>ragged</c>, <c>loss</c>, <c>layer</c>, <c>seq2seq</c> or <c>features</c>.</summary>
    public string Kind => Text("kind");

    /// <summary>The parameters' names without their prefix. They have <c>param.</c> and <c>grad.</c> tensors.</summary>
    public IEnumerable<string> ParameterNames => NamesAfter("param.");

    /// <summary>What has a <c>grad.</c> tensor: parameters, inputs, and the results that are watched.</summary>
    public IEnumerable<string> GradientNames => NamesAfter("grad.");

    private static string? Folder => Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? Path.GetFullPath(folder) : null;

    /// <summary>xunit's <c>MemberData</c>: the name of each case that begins with <paramref name="beginning"/>, for <see cref="Read"/>.</summary>
    /// <param name="beginning">A kind, or more: <c>ragged</c>, <c>loss_ctc</c>, <c>features/</c>; empty for all.</param>
    /// <exception cref="InvalidOperationException">The folder has no such case.</exception>
    public static TheoryData<string> Cases(string beginning)
    {
        // Without a folder, one case stands for all that are skipped: a theory must have some.
        if (Folder is not { } folder) return [$"{beginning}… ({FolderVariable} is not set)"];
        string[] names =
        [
            .. Directory.EnumerateFiles(folder, "*.safetensors", SearchOption.AllDirectories)
                .Select(path => Path.ChangeExtension(Path.GetRelativePath(folder, path), null).Replace('\\', '/'))
                .Where(name => name.StartsWith(beginning, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
        if (names.Length == 0) throw new InvalidOperationException($"{folder} has no case whose name begins with '{beginning}'.");
        return [.. names];
    }

    /// <summary>Reads a case that <see cref="Cases"/> listed. Skips the running test, a <c>SkippableTheory</c>, where there is no folder.</summary>
    public static GoldenTask Read(string name)
    {
        Skip.If(Folder is null, $"The environment variable {FolderVariable} names no folder of reference cases.");
        return new GoldenTask(name, SafetensorsFile.Read(Path.Combine(Folder!, name + ".safetensors")));
    }

    public bool Has(string tensor) => _file.Find(tensor) is not null;

    public float[] Floats(string tensor) => _file[tensor].Values<float>().ToArray();

    /// <summary>A float tensor in double.</summary>
    public double[] Doubles(string tensor) => [.. Floats(tensor).Select(value => (double)value)];

    public long[] Integers(string tensor) => _file[tensor].Values<long>().ToArray();

    /// <summary>An integer tensor whose values are lengths, labels or tokens.</summary>
    public int[] Ints(string tensor) => [.. Integers(tensor).Select(value => checked((int)value))];

    public int[] Shape(string tensor) => [.. _file[tensor].Shape.Select(extent => checked((int)extent))];

    public bool HasText(string key) => _file.Metadata.ContainsKey(key);

    /// <summary>A value of the file's metadata.</summary>
    public string Text(string key) =>
        _file.Metadata.TryGetValue(key, out string? text) ? text : throw new KeyNotFoundException($"{Name} has no '{key}' in its metadata.");

    public int Int(string key) => int.Parse(Text(key), CultureInfo.InvariantCulture);

    public double Number(string key) => double.Parse(Text(key), CultureInfo.InvariantCulture);

    public bool Flag(string key) => bool.Parse(Text(key));

    /// <summary>Fails where <paramref name="actual"/>, row-major, differs from the file's tensor of that name.</summary>
    public void Compare(string tensor, ReadOnlySpan<float> actual, double absolute = TensorAssert.Absolute, double relative = TensorAssert.Relative) =>
        TensorAssert.Near($"{Name}, {tensor}", _file[tensor].Values<float>(), actual, Shape(tensor), absolute, relative);

    /// <inheritdoc cref="Compare(string, ReadOnlySpan{float}, double, double)"/>
    public void Compare(string tensor, ReadOnlySpan<double> actual, double absolute = TensorAssert.Absolute, double relative = TensorAssert.Relative) =>
        TensorAssert.Near($"{Name}, {tensor}", _file[tensor].Values<float>(), actual, Shape(tensor), absolute, relative);

    public override string ToString() => Name;

    private IEnumerable<string> NamesAfter(string prefix) =>
        _file.Tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(t => t.Name[prefix.Length..]);
}
