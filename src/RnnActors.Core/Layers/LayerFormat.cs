using System.Text.Json;
using System.Text.Json.Nodes;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>The JSON of a layer: an object whose kind is the key that holds its units, <c>{ "lstm": 64, "layers": 2 }</c>.</summary>
internal sealed class LayerFormat(ModelContext context) : Format<LayerSpec>
{
    private readonly LayerKind[] _kinds = LayerKinds.All(context);

    public override string Expected => $"a layer, an object with one of the keys {string.Join(", ", KindNames)}";

    private string[] KindNames => [.. _kinds.Select(kind => kind.Name)];

    public override LayerSpec Read(SourceNode node)
    {
        if (node.Kind != JsonValueKind.Object) throw node.Refuse(Expected, "Write for instance { \"lstm\": 64 }");
        if (KindOf(node) is { } kind) return kind.Read(node);
        if (node.Members.Count == 0) throw node.Refuse(Expected);
        SourceMember strange = node.Members.FirstOrDefault(member => !KindNames.Contains(member.Name) && !LayerKind.IsCommon(member.Name)) ?? node.Members[0];
        throw UnknownName.Refuse("layer", strange.Name, node.Path, KindNames, strange.Where);
    }

    /// <summary>Checks a layer by its kind's rules. A kind that is not listed exists in code only and has none.</summary>
    protected internal override void Check(LayerSpec value, SourceNode place) => Find(value)?.Check(value, place);

    public override void Write(Utf8JsonWriter writer, LayerSpec value) => (Find(value)
        ?? throw new NotSupportedException($"{value.GetType().Name} has no name in specifications, so it cannot be written.")).Write(writer, value);

    public override JsonObject Schema(SchemaDefinitions definitions) =>
        new() { ["anyOf"] = new JsonArray([.. _kinds.Select(kind => kind.Body.Schema(definitions))]) };

    /// <summary>Applies an override. Naming another kind changes the layer's kind and keeps the other keys.</summary>
    public override SourceNode Apply(Override change, int depth, SourceNode? current)
    {
        if (change.EndsAt(depth)) return change.Value;
        string name = change.NameAt(depth);
        LayerKind? old = current is null ? null : KindOf(current);
        if (old is not null && (old.Keys.Contains(name) || LayerKind.IsCommon(name))) return old.Body.Apply(change, depth, current);

        LayerKind chosen = Array.Find(_kinds, kind => kind.Name == name)
            ?? throw change.RefuseName(depth, [.. (old?.Keys ?? []).Union(KindNames)]);
        SourceNode target = current ?? change.EmptyObject(depth);
        return chosen.Body.Apply(change, depth, target with { Members = [.. target.Members.Where(member => member.Name != old?.Name)] });
    }

    private LayerKind? Find(LayerSpec layer) => Array.Find(_kinds, kind => kind.Name == layer.Kind);

    /// <summary>
    /// The kind of a layer object. Dropout and activation are also keys of other layers, so they are kinds only where no other layer's key is there.
    /// </summary>
    private LayerKind? KindOf(SourceNode node) =>
        Array.Find(_kinds, kind => node[kind.Name] is not null
            && (!Array.Exists(_kinds, other => other != kind && other.Keys.Contains(kind.Name))
                || node.Members.All(member => kind.Keys.Contains(member.Name) || LayerKind.IsCommon(member.Name))));
}
