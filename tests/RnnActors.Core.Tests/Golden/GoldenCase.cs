using System.Globalization;
using RnnActors.Core.Checkpoints;
using Xunit;

namespace RnnActors.Core.Tests.Golden;

/// <summary>
/// One reference case computed by PyTorch: a recurrent stack <c>rnn.*</c>, a linear head <c>head.*</c>, what goes in, and what must come out. Cases are the
/// files of <c>Golden/cases</c> and of the folder that the environment variable <c>RNNACTORS_GOLDEN</c> names.
/// </summary>
/// <param name="Cell"><c>rnn_tanh</c>, <c>rnn_relu</c>, <c>lstm</c> or <c>gru</c>.</param>
/// <param name="Loss"><c>mse_last</c>, <c>mse_all</c>, <c>ce_last</c>, <c>ce_all</c> or <c>ctc</c>;
/// <c>_all</c> has a target for every (step, row), step first.</param>
/// <param name="Tensors">By the names of the file: <c>param.rnn.weight_ih_l0</c>, <c>input</c>, <c>grad.input</c>, <c>adam5.losses</c>, …</param>
public sealed record GoldenCase(string Name, string Cell, int Layers, bool Bidirectional, string Loss, SafetensorsFile Tensors)
{
    public const string FolderVariable = "RNNACTORS_GOLDEN";

    public int Directions => Bidirectional ? 2 : 1;

    /// <summary>T of the input (T, B, I).</summary>
    public int Steps => Extent("input", 0);

    /// <summary>B.</summary>
    public int Batch => Extent("input", 1);

    /// <summary>I.</summary>
    public int Inputs => Extent("input", 2);

    /// <summary>H of the initial state (layers · directions, B, H).</summary>
    public int Hidden => Extent("h0", 2);

    /// <summary>O, the linear head's outputs.</summary>
    public int Outputs => Extent("param.head.bias", 0);

    /// <summary>Whether the loss reads every step, or the last alone.</summary>
    public bool IsEveryStep => !Loss.EndsWith("_last", StringComparison.Ordinal);

    /// <summary>Whether any value of h0 or c0 differs from zero.</summary>
    public bool HasInitialState =>
        Floats("h0").AsSpan().ContainsAnyExcept(0f) || (Tensors.Find("c0") is not null && Floats("c0").AsSpan().ContainsAnyExcept(0f));

    /// <summary>The parameters' names without their prefix: <c>rnn.weight_ih_l0</c>, …,
    /// <c>head.bias</c>. They have <c>param.</c>, <c>grad.</c> and <c>adam5.</c> tensors.</summary>
    public IEnumerable<string> ParameterNames =>
        Tensors.Tensors.Where(t => t.Name.StartsWith("param.", StringComparison.Ordinal)).Select(t => t.Name["param.".Length..]);

    public float[] Floats(string name) => Tensors[name].Values<float>().ToArray();

    public long[] Integers(string name) => Tensors[name].Values<long>().ToArray();

    public IReadOnlyList<long> Shape(string name) => Tensors[name].Shape;

    /// <summary>xunit's <c>MemberData</c>: a string for each case, which <see cref="Read"/> takes.</summary>
    public static TheoryData<string> All
    {
        get
        {
            TheoryData<string> cases = [];
            foreach (string path in Files(OwnFolder)) cases.Add(Path.GetFileNameWithoutExtension(path));
            if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder)
                foreach (string path in Files(Path.GetFullPath(folder))) cases.Add(path);
            return cases;
        }
    }

    private static string OwnFolder => Path.Combine(AppContext.BaseDirectory, "Golden", "cases");

    /// <param name="nameOrPath">The name of one of our own cases, or any case's path.</param>
    public static GoldenCase Read(string nameOrPath)
    {
        SafetensorsFile file = SafetensorsFile.Read(Path.IsPathRooted(nameOrPath) ? nameOrPath : Path.Combine(OwnFolder, nameOrPath + ".safetensors"));
        IReadOnlyDictionary<string, string> about = file.Metadata;
        return new GoldenCase(
            about["case"], about["cell"], int.Parse(about["layers"], CultureInfo.InvariantCulture), bool.Parse(about["bidirectional"]), about["loss"], file);
    }

    public override string ToString() => Name;

    private static string[] Files(string folder)
    {
        string[] files = Directory.GetFiles(folder, "*.safetensors");
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    private int Extent(string name, int dimension) => checked((int)Tensors[name].Shape[dimension]);
}
