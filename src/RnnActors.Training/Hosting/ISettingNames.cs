namespace RnnActors.Training.Hosting;

/// <summary>A configuration source whose keys have other names for users, such as command-line options. Errors use those names.</summary>
public interface ISettingNames
{
    /// <param name="key">With its section: <c>RnnActors:Port</c>.</param>
    string NameOf(string key);
}
