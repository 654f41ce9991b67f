// The Go client of 3scale's own operators against the emulator: what it decodes and accepts, the real one answers too.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/3scale/3scale-porta-go-client/client"
)

var failed bool

func check(name string, err error) {
	if err != nil {
		failed = true
		fmt.Printf("FAILED %s: %v\n", name, err)
		return
	}
	fmt.Printf("ok %s\n", name)
}

func expect(holds bool, format string, values ...any) error {
	if holds {
		return nil
	}
	return fmt.Errorf(format, values...)
}

// codeOf is the status that the client tells of a refusal.
func codeOf(err error) int {
	var refused client.ApiErr
	if errors.As(err, &refused) {
		return refused.Code()
	}
	return 0
}

func main() {
	portal, err := client.NewAdminPortalFromStr(os.Getenv("THREESCALE_URL"))
	if err != nil {
		fmt.Println("FAILED the address of the emulator:", err)
		os.Exit(1)
	}
	admin := client.NewThreeScale(portal, os.Getenv("THREESCALE_TOKEN"), nil)
	stranger := client.NewThreeScale(portal, "wrong", nil)

	check("a token that is wrong", refused(stranger))
	products(admin)
	account := accounts(admin)
	userKeys(admin, account)
	applicationIds(admin, account)
	check("an application that awaits approval", approval(admin, account))
	if failed {
		os.Exit(1)
	}
}

func refused(stranger *client.ThreeScaleClient) error {
	_, err := stranger.ListProducts()
	return expect(client.IsForbidden(err), "403 was expected, not %v", err)
}

func products(admin *client.ThreeScaleClient) {
	list, err := admin.ListProducts()
	if err == nil {
		err = expect(len(list.Products) == 9, "9 products were expected, not %d", len(list.Products))
	}
	check("the products", err)

	product, err := admin.Product(9)
	if err == nil {
		err = expect(product.Element.SystemName == "disease-forecast-api", "not %q", product.Element.SystemName)
	}
	check("a product", err)

	_, err = admin.Product(99)
	check("a product that is missing", expect(client.IsNotFound(err), "404 was expected, not %v", err))

	plans, err := admin.ListApplicationPlansByProduct(7)
	if err == nil {
		err = expect(len(plans.Plans) == 2 && plans.Plans[0].Element.Default, "not %+v", plans.Plans)
	}
	check("the plans of a product", err)

	proxy, err := admin.ProductProxy(9)
	if err == nil {
		err = expect(proxy.Element.AuthUserKey == "X-API-Key", "not %q", proxy.Element.AuthUserKey)
	}
	check("the proxy of a product", err)

	latest := "latest"
	configs, err := admin.ListAccountProxyConfigs("production", &latest, nil)
	if err == nil {
		endpoint := configs.ProxyConfigs[2].ProxyConfig.Content.Proxy.Endpoint
		err = expect(endpoint == proxy.Element.Endpoint, "not %q", endpoint)
	}
	check("the configurations of all gateways", err)
}

func accounts(admin *client.ThreeScaleClient) int64 {
	found, err := admin.FindAccount("kim")
	if err == nil {
		err = expect(found.ID == 41 && found.State == "approved", "not %+v", found)
	}
	check("an account by a user's name", err)

	_, err = admin.FindAccount("nobody")
	check("an account that is missing", expect(client.IsNotFound(err), "404 was expected, not %v", err))

	list, err := admin.ListDeveloperAccounts()
	if err == nil {
		err = expect(len(list.Items) == 4, "4 accounts were expected, not %d", len(list.Items))
	}
	check("the accounts", err)

	users, err := admin.ListDeveloperUsers(41, nil)
	if err == nil {
		err = expect(len(users.Items) == 1 && *users.Items[0].Element.Username == "kim", "not %+v", users.Items)
	}
	check("the users of an account", err)

	params := client.Params{"org_name": "Go Lab", "username": "gopher", "email": "gopher@contoso.example"}
	made, err := admin.Signup(params)
	check("a sign-up", err)
	_, err = admin.Signup(params)
	check("a second sign-up", expect(codeOf(err) == 422, "422 was expected, not %v", err))
	if made == nil || made.Element.ID == nil {
		return 41
	}
	return *made.Element.ID
}

func userKeys(admin *client.ThreeScaleClient, account int64) {
	params := client.Params{"user_key": "a-key-of-the-go-client", "description": "made by the Go client"}
	made, err := admin.CreateApplication(account, 21, "go", params)
	if err == nil {
		err = expect(made.UserKey == params["user_key"] && made.State == "live", "not %+v", made)
	}
	check("an application with a user key", err)

	_, err = admin.CreateApplication(41, 21, "go", params)
	check("a user key that is taken", expect(codeOf(err) == 422, "422 was expected, not %v", err))

	read, err := admin.Application(account, made.ID)
	if err == nil {
		err = expect(read.AppName == "go" && read.ServiceID == 7 && read.UserAccountID == account, "not %+v", read)
	}
	check("that application", err)

	renamed, err := admin.UpdateApplication(account, made.ID, client.Params{"name": "renamed"})
	if err == nil {
		err = expect(renamed.AppName == "renamed", "not %+v", renamed)
	}
	check("its other name", err)

	suspended, err := admin.ApplicationSuspend(account, made.ID)
	if err == nil {
		err = expect(suspended.State == "suspended", "not %+v", suspended)
	}
	check("its suspension", err)

	resumed, err := admin.ApplicationResume(account, made.ID)
	if err == nil {
		err = expect(resumed.State == "live", "not %+v", resumed)
	}
	check("its return", err)

	check("its end", admin.DeleteApplication(account, made.ID))
	_, err = admin.Application(account, made.ID)
	check("that it is gone", expect(client.IsNotFound(err), "404 was expected, not %v", err))
}

func applicationIds(admin *client.ThreeScaleClient, account int64) {
	made, err := admin.CreateApplication(account, 23, "go", client.Params{"application_id": "go-client"})
	if err == nil {
		err = expect(made.ApplicationId == "go-client", "not %+v", made)
	}
	check("an application with an id", err)

	keys, err := admin.ApplicationKeys(account, made.ID)
	if err == nil {
		err = expect(len(keys) == 1 && keys[0].Value != "", "not %+v", keys)
	}
	check("its key", err)

	_, err = admin.CreateApplicationKey(account, made.ID, "a-further-key")
	check("a further key", err)
	check("a key's end", admin.DeleteApplicationKey(account, made.ID, "a-further-key"))

	list, err := admin.ListApplications(account)
	if err == nil {
		err = expect(len(list.Applications) == 1, "1 application was expected, not %d", len(list.Applications))
	}
	check("the applications of an account", err)

	all, err := admin.ListAllApplications()
	if err == nil {
		err = expect(len(all.Applications) == 1, "1 application was expected, not %d", len(all.Applications))
	}
	check("the applications of everybody", err)
}

func approval(admin *client.ThreeScaleClient, account int64) error {
	made, err := admin.CreateApplication(account, 25, "go", nil)
	if err != nil {
		return err
	}
	return expect(made.State == "pending", "not %q", made.State)
}
