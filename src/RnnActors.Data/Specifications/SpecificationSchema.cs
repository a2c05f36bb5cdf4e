using RnnActors.Data.Files;

namespace RnnActors.Data.Specifications;

/// <summary>The JSON schema (draft 2020-12) that editors complete and check specifications with.</summary>
public static class SpecificationSchema
{
    public static string Text => EmbeddedText.Read("specification.schema.json");
}
