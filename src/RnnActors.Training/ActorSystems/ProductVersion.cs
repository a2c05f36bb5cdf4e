using System.Reflection;

namespace RnnActors.Training.ActorSystems;

/// <summary>The version of RnnActors. Nodes of two versions do not train together.</summary>
internal static class ProductVersion
{
    public static string Text { get; } = Assembly.GetExecutingAssembly().GetName().Version!.ToString(3);
}
