package dashboard

func (d *dashboard) sandboxes() {}
