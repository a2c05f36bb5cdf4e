using System.Text.Json;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>A kind of layer in JSON: an object whose first key is the kind's name.</summary>
/// <param name="Keys">Its own keys, without those common to all kinds.</param>
internal sealed record LayerKind(
    string Name, Format Body, IReadOnlyList<string> Keys, Func<SourceNode, LayerSpec> Read, Action<Utf8JsonWriter, LayerSpec> Write,
    Action<LayerSpec, SourceNode> Check)
{
    private static readonly string[] CommonKeys = ["name", "reads", "trainable"];

    private static readonly Format<SignalNames> Names = new MappedFormat<IReadOnlyList<string>, SignalNames>(
        new ListFormat<string>("names of signals", new TextFormat { NotEmpty = true }), names => new SignalNames(names), names => names);

    /// <summary>Whether a key is common to all layers.</summary>
    public static bool IsCommon(string key) => CommonKeys.Contains(key);

    /// <param name="body">The kind's own keys; the common ones are added.</param>
    public static LayerKind Of<T>(ObjectFormat<T> body)
        where T : LayerSpec
    {
        string[] own = [.. body.Keys.Select(key => key.Name)];
        body.Optional("name", "The layer's name: of its parameters, and of what it gives. Left out: its kind.", new TextFormat { NotEmpty = true }.OrNothing(),
            l => l.Name, (l, v) => (T)(l with { Name = v }))
            .Optional("reads", "The signals that it reads: inputs, or names of layers before it. Left out: what the layer before it gives.", Names,
                l => l.Reads, (l, v) => (T)(l with { Reads = v }))
            .Optional("trainable", "False for frozen parameters.", new BooleanFormat(), l => l.Trainable, (l, v) => (T)(l with { Trainable = v }));
        return new LayerKind(
            own[0], body, own, body.Read, (writer, layer) => body.Write(writer, (T)layer), (layer, place) => body.Check((T)layer, place));
    }
}
