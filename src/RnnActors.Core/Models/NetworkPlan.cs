using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Models;

/// <summary>A layer's place in a network.</summary>
/// <param name="Name">The name of the layer and of its first output.</param>
/// <param name="Reads">The indices of the signals that it reads.</param>
/// <param name="FirstOutput">The index of its first output signal; its other outputs follow.</param>
internal sealed record NetworkNode(string Name, IReadOnlyList<int> Reads, int FirstOutput);

/// <summary>
/// The signals of a network, inputs first, and the layers that read them; made once, when the model is laid out. The number of a signal's readers decides who
/// sums its gradients, and whether a layer may leave its values unwritten by agreement with its only reader.
/// </summary>
internal sealed class NetworkPlan
{
    private readonly int[] _readers;

    private NetworkPlan(IReadOnlyList<NamedSignal> signals, IReadOnlyList<NetworkNode> nodes)
    {
        (Signals, Nodes) = (signals, nodes);
        _readers = new int[signals.Count];
        foreach (var node in nodes)
            foreach (int signal in node.Reads) _readers[signal]++;
    }

    public IReadOnlyList<NamedSignal> Signals { get; }

    public IReadOnlyList<NetworkNode> Nodes { get; }

    /// <summary>The index of the signal that the loss reads: the last layer's output.</summary>
    public int Output => Nodes[^1].FirstOutput;

    /// <summary>Whether a layer's output depends on an input.</summary>
    public bool DependsOn(int layer, int input) =>
        Nodes[layer].Reads.Any(read => read == input || (read >= Nodes[0].FirstOutput && DependsOn(LayerOf(read), input)));

    /// <summary>The layer that computes a signal.</summary>
    private int LayerOf(int signal)
    {
        int layer = Nodes.Count - 1;
        while (Nodes[layer].FirstOutput > signal) layer--;
        return layer;
    }

    public int ReadersOf(int signal) => _readers[signal] + (signal == Output ? 1 : 0);

    /// <exception cref="InvalidInputException">A layer reads a signal that does not exist, or cannot take what it reads.</exception>
    public static NetworkPlan Of(ModelSpec spec, IReadOnlyList<NamedSignal> inputs)
    {
        List<NamedSignal> signals = [.. inputs];
        List<NetworkNode> nodes = [];
        var names = new LayerNames();
        int before = 0;
        foreach (var layer in spec.Layers)
        {
            string name = names.Of(layer.Name, layer.Kind);
            if (signals.Exists(signal => signal.Name == name))
                throw new InvalidInputException($"two signals are named '{name}'", "Give each layer a name of its own, and none that of an input");
            int[] reads = layer.Reads.Count == 0 ? [before] : [.. layer.Reads.Select(read => Find(signals, read, name))];
            if (reads.Length < layer.MinReads || reads.Length > layer.MaxReads)
            {
                string wanted = layer.MinReads == layer.MaxReads ? $"{layer.MinReads}" : $"{layer.MinReads} to {layer.MaxReads}";
                throw new InvalidInputException($"layer '{name}' reads {reads.Length} signals, but a {layer.Kind} layer reads {wanted}",
                    "Name them in 'reads'");
            }

            before = signals.Count;
            foreach (var output in layer.Outputs([.. reads.Select(read => signals[read].Shape)]))
                signals.Add(output with { Name = output.Name.Length == 0 ? name : $"{name}.{output.Name}" });
            nodes.Add(new NetworkNode(name, reads, before));
        }

        return new NetworkPlan(signals, nodes);
    }

    private static int Find(List<NamedSignal> signals, string name, string reader)
    {
        int found = signals.FindIndex(signal => signal.Name == name);
        if (found >= 0) return found;
        string[] known = [.. signals.Select(signal => signal.Name)];
        string all = $"There are: {string.Join(", ", known)}";
        throw new InvalidInputException(
            $"layer '{reader}' reads '{name}', which neither an input nor a layer before it gives",
            Suggestion.Nearest(name, known) is { } nearest ? $"Did you mean '{nearest}'? {all}" : all);
    }

    /// <summary>Numbers layers as PyTorch and Keras do: the first of a kind has its kind's name, the others are numbered from 1.</summary>
    private sealed class LayerNames
    {
        private readonly HashSet<string> _taken = [];
        private readonly Dictionary<string, int> _numbers = [];

        public string Of(string? given, string kind)
        {
            if (given is not null)
            {
                _taken.Add(given);
                return given;
            }

            if (_taken.Add(kind)) return kind;
            int number = _numbers.GetValueOrDefault(kind, 1);
            while (!_taken.Add($"{kind}_{number}")) number++;
            _numbers[kind] = number + 1;
            return $"{kind}_{number}";
        }
    }
}
