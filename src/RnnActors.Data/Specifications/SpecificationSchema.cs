using RnnActors.Core.Specifications;

namespace RnnActors.Data.Specifications;

/// <summary>The JSON schema (draft 2020-12) that editors complete and check specifications with.</summary>
public static class SpecificationSchema
{
    /// <summary>That of all kinds of task. <c>specification.schema.json</c> beside this file is the same without those that a program registers.</summary>
    public static string Text => CanonicalJson.Write(writer => RunFormat.WholeSchema().WriteTo(writer)) + "\n";
}
