using System.Globalization;
using System.Text;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Interop.PyTorch;

/// <summary>Writes a network as a torch.nn module in Python, whose attributes have the layers' names. Rows of a batch must be equally long.</summary>
internal sealed class PyTorchModule(Model model)
{
    private readonly StringBuilder _make = new(), _run = new();

    /// <summary>A name as a valid Python identifier.</summary>
    public static string Identifier(string name)
    {
        string plain = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
        return char.IsAsciiDigit(plain[0]) || Reserved.Contains(plain) ? "_" + plain : plain;
    }

    private static readonly HashSet<string> Reserved =
    [
        "torch", "nn", "self", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except", "finally", "for",
        "from", "global", "if",
        "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield", "forward", "train", "eval",
        "float", "half", "to", "type",
    ];

    /// <exception cref="InvalidInputException">torch.nn has no module for a layer.</exception>
    public string Write(string file)
    {
        for (int layer = 0; layer < model.Spec.Layers.Count; layer++) Write(layer, model.Spec.Layers[layer]);
        string[] inputs = [.. model.Inputs.Select(input => Identifier(input.Name))];
        string shapes = string.Join("; ",
            model.Inputs.Select(input =>
            input.Shape.IsTokens ? $"{input.Name}: (batch, steps) of tokens" : $"{input.Name}: (batch, steps, {input.Shape.Features})"));
        return $$""""
            """What rnnactors export wrote. It needs torch alone; the parameters lie in {{file}} beside it.

            Scales and vocabularies are in that file's __metadata__, and are not applied here: the network reads what it was trained on.
            """
            import json
            import struct
            from pathlib import Path

            import torch
            from torch import nn


            def load(path):
                """The tensors of a safetensors file by their names."""
                with open(path, "rb") as file:
                    header = json.loads(file.read(*struct.unpack("<Q", file.read(8))))
                    data = bytearray(file.read())
                header.pop("__metadata__", None)
                return {name: torch.frombuffer(data, dtype=torch.float32, count=(to - at) // 4, offset=at).reshape(tensor["shape"]).clone()
                        for name, tensor in header.items() for at, to in [tensor["data_offsets"]]}


            class Network(nn.Module):
                def __init__(self):
                    super().__init__()
            {{_make}}
                def forward(self, {{string.Join(", ", inputs)}}):
                    # {{shapes}}
            {{_run}}        return {{Signal(model.FirstSignalOf(model.Spec.Layers.Count - 1))}}


            network = Network()
            network.load_state_dict(load(Path(__file__).parent / "{{file}}"))
            network.eval()

            """";
    }

    private void Write(int layer, LayerSpec spec)
    {
        string name = Identifier(model.NameOf(layer)), made = Signal(model.FirstSignalOf(layer));
        string[] reads = [.. model.ReadsOf(layer).Select(Signal)];
        Shape input = model.Signals[model.ReadsOf(layer)[0]].Shape;
        switch (spec)
        {
            case Recurrent recurrent:
                Write(layer, recurrent, name, made, reads, input);
                break;
            case Embedding embedding:
                Make(name, $"nn.Embedding({input.Vocabulary}, {embedding.Units})");
                Run(made, $"self.{name}({reads[0]})");
                break;
            case Dense dense:
                Make(name, $"nn.Linear({input.Features}, {dense.Units})");
                Run(made, Function(dense.Activation, $"self.{name}({reads[0]})"));
                break;
            case TiedDense tied:
                Make(name, $"nn.ParameterDict({{\"bias\": torch.zeros({model.OutputOf(layer).Features})}})");
                Run(made, $"nn.functional.linear({reads[0]}, self.{Identifier(tied.Embedding)}.weight, self.{name}[\"bias\"])");
                break;
            case LayerNorm norm:
                Make(name, $"nn.LayerNorm({input.Features}, eps={norm.Epsilon.ToString("R", CultureInfo.InvariantCulture)})");
                Run(made, $"self.{name}({reads[0]})");
                break;
            case Dropout dropout:
                Make(name, $"nn.Dropout({dropout.Rate.ToString("R", CultureInfo.InvariantCulture)})");
                Run(made, $"self.{name}({reads[0]})");
                break;
            case Activation activation:
                Run(made, Function(activation.Function, reads[0]));
                break;
            case Pooling pooling:
                Run(made, pooling.Mode switch
                {
                    PoolingMode.Mean => $"{reads[0]}.mean(1)",
                    PoolingMode.Sum => $"{reads[0]}.sum(1)",
                    PoolingMode.Max => $"{reads[0]}.amax(1)",
                    _ => $"{reads[0]}[:, -1]",
                });
                break;
            case LearnedState learned:
                Make(name, $"nn.ParameterDict({{\"weight\": torch.zeros({learned.Units})}})");
                Run(made, $"self.{name}[\"weight\"].expand({reads[0]}.size(0), -1)");
                break;
            case Concatenate:
                Run(made, $"torch.cat([{string.Join(", ", reads)}], -1)");
                break;
            case Segments segments:
                Run(made, $"{reads[0]}.reshape({reads[0]}.size(0), -1, {segments.Steps * input.Features})");
                break;
            case Flatten:
                Run(made, $"{reads[0]}.flatten(1)");
                break;
            default:
                throw Refuse(layer, "torch.nn has no module for it");
        }
    }

    private void Write(int layer, Recurrent spec, string name, string made, string[] reads, Shape input)
    {
        string kind = spec switch
        {
            Lstm { LayerNorm: true } => throw Refuse(layer, "nn.LSTM has no layer norm"),
            Lstm => "LSTM",
            Gru => "GRU",
            SimpleRnn { Activation: ActivationFunction.Tanh or ActivationFunction.Relu } => "RNN",
            SimpleRnn rnn => throw Refuse(layer, $"nn.RNN knows tanh and relu, and no {rnn.Activation}"),
            _ => throw Refuse(layer, "torch.nn has no module for it"),
        };
        int cells = spec.Layers * spec.Directions, units = spec is Lstm { Projection: > 0 and var projection } ? projection : spec.Units;
        StringBuilder options = new("batch_first=True");
        if (spec.Layers > 1) options.Append(CultureInfo.InvariantCulture, $", num_layers={spec.Layers}");
        if (spec is { Dropout: > 0, Layers: > 1 }) options.Append(CultureInfo.InvariantCulture, $", dropout={spec.Dropout:R}");
        if (spec.Bidirectional) options.Append(", bidirectional=True");
        if (units != spec.Units) options.Append(CultureInfo.InvariantCulture, $", proj_size={units}");
        if (spec is SimpleRnn { Activation: ActivationFunction.Relu }) options.Append(", nonlinearity=\"relu\"");
        Make(name, $"nn.{kind}({input.Features}, {spec.Units}, {options})");

        string State(string signal, int width) => $"{signal}.unflatten(-1, ({cells}, {width})).transpose(0, 1).contiguous()";
        string begin = reads.Length < 2 ? "" : spec is Lstm ? $", ({State(reads[1], units)}, {State(reads[2], spec.Units)})" : $", {State(reads[1], units)}";
        string h = made + "_h", c = made + "_c";
        bool readsOutput = spec.ReturnSequences, readsHidden = IsRead(layer, 1), readsCell = spec is Lstm && IsRead(layer, 2);
        string hidden = readsHidden || !readsOutput ? h : "_";
        string states = readsCell ? $"({hidden}, {c})" : hidden == "_" ? "_" : spec is Lstm ? $"({hidden}, _)" : hidden;
        Line($"{(readsOutput ? made : "_")}, {states} = self.{name}({reads[0]}{begin})");
        if (!readsOutput) Run(made, spec.Bidirectional ? $"torch.cat([{h}[-2], {h}[-1]], -1)" : $"{h}[-1]");
        if (readsHidden) Run(h, $"{h}.transpose(0, 1).flatten(1)");
        if (readsCell) Run(c, $"{c}.transpose(0, 1).flatten(1)");
    }

    /// <summary>Whether another layer reads a layer's further output, such as a final state.</summary>
    private bool IsRead(int layer, int output) => Enumerable.Range(0, model.Spec.Layers.Count)
        .Any(reader => model.ReadsOf(reader).Contains(model.FirstSignalOf(layer) + output));

    /// <summary>The Python variable of a signal.</summary>
    private string Signal(int signal) => Identifier(model.Signals[signal].Name);

    private static string Function(ActivationFunction function, string value) => function switch
    {
        ActivationFunction.Tanh => $"torch.tanh({value})",
        ActivationFunction.Relu => $"torch.relu({value})",
        ActivationFunction.Sigmoid => $"torch.sigmoid({value})",
        _ => value,
    };

    private void Make(string name, string module) => _make.Append(CultureInfo.InvariantCulture, $"        self.{name} = {module}\n");

    private void Run(string signal, string value) => Line($"{signal} = {value}");

    private void Line(string line) => _run.Append(CultureInfo.InvariantCulture, $"        {line}\n");

    private InvalidInputException Refuse(int layer, string why) => new(
        $"the layer '{model.NameOf(layer)}' ({model.Spec.Layers[layer].Kind}) cannot be written for PyTorch: {why}",
        "Export the network with --onnx, or its parameters with --numpy");
}
