using System.Diagnostics;
using System.Globalization;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Layers;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Interop.PyTorch;
using RnnActors.Interop.Tests.Onnx;
using RnnActors.Interop.Weights;
using Xunit;

namespace RnnActors.Interop.Tests.PyTorch;

public sealed class PyTorchExportTests : IDisposable
{
    /// <summary>Why the layers are refused that are: all others are written.</summary>
    private static readonly Dictionary<string, string> Refused = new()
    {
        ["minGru"] = "torch.nn has no module for it",
        ["minLstm"] = "torch.nn has no module for it",
        ["attention"] = "torch.nn has no module for it",
        ["attentionDecoder"] = "torch.nn has no module for it",
        ["lstm layer norm"] = "nn.LSTM has no layer norm",
        ["rnn sigmoid"] = "nn.RNN knows tanh and relu, and no Sigmoid",
        ["rnn linear bidirectional"] = "nn.RNN knows tanh and relu, and no Linear",
        ["boundaryStates"] = "torch.nn has no module for it",
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Written => [.. WrittenNames];

    private static IEnumerable<string> WrittenNames =>
        LayerCases.All.Keys.Concat(LayerCases.OfSixSteps.Keys).Where(name => ReasonFor(name, Case(name)) is null);

    [Fact]
    public void What_torch_has_no_module_for_is_refused_with_its_reason()
    {
        NetworkCase[] refused = [.. LayerCases.All.Keys.Where(name => ReasonFor(name, Case(name)) is not null).Select(Case), LayerCases.OfWords()];
        string[] names = [.. LayerCases.All.Keys.Where(name => ReasonFor(name, Case(name)) is not null), "boundaryStates"];
        for (int i = 0; i < refused.Length; i++)
        {
            string message = Assert.Throws<InvalidInputException>(() =>
                PyTorchExport.Write(_folder.File("x.safetensors"), refused[i].Model, refused[i].Parameters.Memory, [])).Message;
            Assert.Contains("cannot be written for PyTorch: " + ReasonFor(names[i], refused[i]), message, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(_folder.File("x.safetensors")));
    }

    [Theory]
    [MemberData(nameof(Written))]
    public void What_is_written_is_imported_again_to_the_same_bits(string name)
    {
        NetworkCase network = Case(name);
        PyTorchExport.Write(_folder.File("x.safetensors"), network.Model, network.Parameters.Memory, [new("task", "none")]);
        Assert.Equal(network.Parameters.Span.ToArray(), WeightFile.Read(_folder.File("x.safetensors"), network.Model));
    }

    [Fact]
    public void The_module_is_what_people_would_write()
    {
        var network = new NetworkCase(
            false, [new("input", new Shape(3))], new Lstm(4) { Name = "my layer", Layers = 2, Dropout = 0.25 }, new Dense(2)
            {
                Name = "lambda",
                Activation = ActivationFunction.Relu,
            });
        string module = File.ReadAllText(PyTorchExport.Write(_folder.File("x.safetensors"), network.Model, network.Parameters.Memory, []));
        Assert.Contains("self.my_layer = nn.LSTM(3, 4, batch_first=True, num_layers=2, dropout=0.25)\n        self._lambda = nn.Linear(4, 2)\n", module,
            StringComparison.Ordinal);
        Assert.Contains("_, (my_layer_h, _) = self.my_layer(input)\n        my_layer = my_layer_h[-1]\n        _lambda = ", module, StringComparison.Ordinal);
        Assert.Contains("_lambda = torch.relu(self._lambda(my_layer))\n", module, StringComparison.Ordinal);
        Assert.Contains("_lambda.bias", SafetensorsFile.Read(_folder.File("x.safetensors")).Tensors.Select(tensor => tensor.Name));
    }

    /// <summary>All networks in one process of Python, which takes a second to begin.</summary>
    [SkippableFact]
    public void PyTorch_loads_it_and_computes_the_same()
    {
        const string Script = """
            import runpy, sys, torch
            torch.set_num_threads(1)
            for line in open(sys.argv[1]):
                module, kind, batch, steps, features, *values = line.split()
                network = runpy.run_path(module)["network"]
                shape = (int(batch), int(steps)) if kind == "tokens" else (int(batch), int(steps), int(features))
                given = torch.tensor([float(value) for value in values]).reshape(shape)
                with torch.no_grad():
                    made = network(given.long() if kind == "tokens" else given)
                print(" ".join(repr(value) for value in made.flatten().tolist()))
            """;
        Skip.IfNot(HasTorch(), "There is no torch for /usr/bin/python3 here.");
        List<string> lines = [];
        List<(string Name, double[] Outputs)> expected = [];
        foreach (string name in WrittenNames)
        {
            NetworkCase network = Case(name);
            NetworkRows rows = network.Rows(3, [6], new Random(name.Length));
            string file = _folder.File($"m{lines.Count}.safetensors");
            string module = PyTorchExport.Write(file, network.Model, network.Parameters.Memory, []);
            Shape input = network.Model.Input;
            string values = string.Join(' ', rows.Values[0].Cast<object>().Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)));
            lines.Add($"{module} {(input.IsTokens ? "tokens" : "values")} 3 6 {input.Features} {values}");
            expected.Add((name, network.Ours(rows, null).Outputs));
        }

        string[] printed = Python(Script, _folder.Write("cases.txt", string.Join('\n', lines) + "\n")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected.Count, printed.Length);
        for (int i = 0; i < printed.Length; i++)
            NetworkCase.AssertSame(expected[i].Outputs, [.. printed[i].Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture))], 1e-5,
                expected[i].Name);
    }

    private static NetworkCase Case(string name) => LayerCases.All.TryGetValue(name, out var create) ? create(false) : LayerCases.OfSixSteps[name]();

    private static string? ReasonFor(string name, NetworkCase network) => Refused.GetValueOrDefault(name)
        ?? network.Model.Spec.Layers.Select(layer => Refused.GetValueOrDefault(layer.Kind)).FirstOrDefault(reason => reason is not null);

    private static bool HasTorch()
    {
        try
        {
            return Python("import torch; print(\"here\")").Contains("here", StringComparison.Ordinal);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string Python(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", ["-c", script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : output + errors.Result;
    }
}
