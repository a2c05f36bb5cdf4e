using RnnActors.Core.Specifications;

namespace RnnActors.Data.Specifications;

/// <summary>The JSON schema (draft 2020-12) by which editors complete and check specifications.</summary>
public static class SpecificationSchema
{
    /// <summary>
    /// The schema for all kinds of task. <c>specification.schema.json</c>, beside this file, is the same without kinds that a program registers.
    /// </summary>
    public static string Text => CanonicalJson.Write(writer => RunFormat.WholeSchema().WriteTo(writer)) + "\n";
}
